print("timestep")
