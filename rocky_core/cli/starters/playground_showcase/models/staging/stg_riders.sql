SELECT rider_id, email, plan FROM bikes.riders
