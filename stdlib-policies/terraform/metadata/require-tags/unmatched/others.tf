resource "aws_route" "untaggable" {
  route_table_id         = "rtb-0123456789abcdef0"
  destination_cidr_block = "10.0.0.0/8"
}
