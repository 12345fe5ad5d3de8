"""What comes in from outside as a file: the sheet of customers, and the letters that ask for help. Plain values out."""
