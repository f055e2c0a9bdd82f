"""`odradek produce` and `odradek consume`: records into a topic and out of it.

`input_formats` and `output_formats` are what people type and see, `json_record` is what both share,
`delivery` sends, `topic_reader` reads.
"""
