"""What two people decide together: the doubts of the register, and erasures. No citizen's word is shown here."""
