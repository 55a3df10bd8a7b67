"""What a pipeline's answer is made of: levels, outlook, movement, risks and pictures, each from figures that code computes."""
