"""A file as it is written, and in the one form that all its forms have in common.

elements.py          what a file consists of
reading.py           a text becomes one; members.py and values.py read its parts
describing.py        so does a descriptor; described_options.py has its options
meta_option.py       Confluent's own options, which have tags
tags.py              tags of messages and fields
normal_form.py       order and spelling that say nothing are taken out of it
"""
