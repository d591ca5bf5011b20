"""What is known before anyone signs in: folders, enrolment, people's names, wrapped keys, language; no citizen."""
