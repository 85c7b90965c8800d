set(A 1)
# the end
