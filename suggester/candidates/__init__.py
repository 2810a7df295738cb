"""Terms → candidate codes: which codes could that be, as specific as the note allows?"""
