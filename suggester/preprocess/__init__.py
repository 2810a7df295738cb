"""The spaCy pipeline: what does the note say, and how does it mean it?"""
