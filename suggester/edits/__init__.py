"""Coding rules over the whole encounter: may these codes stand together on one claim?"""
