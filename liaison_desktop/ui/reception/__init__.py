"""Taking a request at the counter: drafts, the form, what is known of the person, review, number and receipt."""
