"""`odradek demo`: real data, a broker killed halfway, and the proof that nothing was lost.

`command` tells the story, `tables` has the data, `loading` sends it and has the broker killed,
`checks` compares what was sent with what is read back, `report` shows it. `group_story` has two
`member`s of a consumer group share a topic, which `lag_chart` shows. `copy_story` copies a topic in
transactions, `compaction_story` has one compacted.
"""
