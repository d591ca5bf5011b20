"""Makes the lessons: videos of the product's own screens, moved by hands, with voice, captions and still pictures."""
