@problemName Toy
@univariate false
@equalLength false
@classLabel true walk run
@data
7,8:70,80:run
9:90:run
