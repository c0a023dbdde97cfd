resource "aws_launch_template" "absent" {
  name = "absent"

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 20
    }
  }
}

resource "aws_launch_template" "second" {
  name = "second"

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted = true
    }
  }

  block_device_mappings {
    device_name = "/dev/xvdb"
    ebs {
      encrypted = "false"
    }
  }
}
