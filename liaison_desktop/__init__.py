"""The program of a community liaison office: registers requests without a network and carries them to the centre."""
