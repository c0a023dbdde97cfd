resource "aws_flow_log" "gateway" {
  transit_gateway_id       = "tgw-0123456789abcdef0"
  log_destination          = "arn:aws:s3:::flows"
  max_aggregation_interval = 60
}

resource "aws_flow_log" "attachment" {
  transit_gateway_attachment_id = "tgw-attach-0123456789abcdef0"
  log_destination               = "arn:aws:s3:::flows"
  max_aggregation_interval      = 60
}
