# written by hand in the form of the archives
@problemName Toy
@timeStamps false
@missing false
@univariate false
@dimensions 2
@equalLength false
@classLabel true walk run
@data
1,2,3:10,20,30:run
4,5:40,50:walk
6:60:run
