"""What one person must not decide alone: the doubts of the register, and erasures. No page here shows a citizen's word."""
