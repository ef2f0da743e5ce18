SELECT shortest(%(id1)s, %(id2)s, %(start)s, %(end)s)
