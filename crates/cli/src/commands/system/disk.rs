//! The rows of `sampan system df` where a daemon tells.

use sampan_api::container::Status;
use sampan_api::system::{DiskUsage, Usage};

use crate::human::size;
use crate::template::{Sheet, Value};

pub(super) const SHEET: Sheet = Sheet {
    columns: &[
        "{{.Type}}",
        "{{.TotalCount}}",
        "{{.Active}}",
        "{{.Size}}",
        "{{.Reclaimable}}",
    ],
    headings: &[
        ("Type", "TYPE"),
        ("TotalCount", "TOTAL"),
        ("Active", "ACTIVE"),
        ("Size", "SIZE"),
        ("Reclaimable", "RECLAIMABLE"),
    ],
};

/// Counts and bytes of things of one sort.
#[derive(Default)]
struct Sum {
    total: i64,
    active: i64,
    size: i64,
    reclaimable: i64,
}

impl<T> From<&Usage<T>> for Sum {
    fn from(usage: &Usage<T>) -> Self {
        Self {
            total: usage.total_count,
            active: usage.active_count,
            size: usage.total_size,
            reclaimable: usage.reclaimable,
        }
    }
}

pub(super) fn rows(usage: &DiskUsage) -> Vec<Value> {
    // Daemons of 1.52 and later have added up themselves.
    let images = usage
        .image_usage
        .as_ref()
        .map_or_else(|| images(usage), Sum::from);
    let containers = usage
        .container_usage
        .as_ref()
        .map_or_else(|| containers(usage), Sum::from);
    let volumes = usage
        .volume_usage
        .as_ref()
        .map_or_else(|| volumes(usage), Sum::from);
    let cache = usage
        .build_cache_usage
        .as_ref()
        .map_or_else(Sum::default, Sum::from);
    vec![
        row("Images", &images),
        row("Containers", &containers),
        row("Local Volumes", &volumes),
        row("Build Cache", &cache),
    ]
}

fn row(kind: &str, sum: &Sum) -> Value {
    let reclaimable = size(sum.reclaimable as f64, 4);
    let reclaimable = if sum.size > 0 && kind != "Build Cache" {
        let percent = i128::from(sum.reclaimable) * 100 / i128::from(sum.size);
        format!("{reclaimable} ({percent}%)")
    } else {
        reclaimable
    };
    Value::row([
        ("Type", kind.into()),
        ("TotalCount", sum.total.to_string().into()),
        ("Active", sum.active.to_string().into()),
        ("Size", size(sum.size as f64, 4).into()),
        ("Reclaimable", reclaimable.into()),
    ])
}

fn images(usage: &DiskUsage) -> Sum {
    let images = usage.images.as_deref().unwrap_or_default();
    let used: i64 = images
        .iter()
        .filter(|image| image.containers != 0 && image.size != -1 && image.shared_size != -1)
        .map(|image| image.size - image.shared_size)
        .sum();
    Sum {
        total: images.len() as i64,
        active: images.iter().filter(|image| image.containers > 0).count() as i64,
        size: usage.layers_size,
        reclaimable: usage.layers_size - used,
    }
}

fn containers(usage: &DiskUsage) -> Sum {
    let containers = usage.containers.as_deref().unwrap_or_default();
    let mut sum = Sum::default();
    for container in containers {
        let size = container.size_rw.unwrap_or(0);
        sum.total += 1;
        sum.size += size;
        match container.state {
            Status::Running | Status::Paused | Status::Restarting => sum.active += 1,
            _ => sum.reclaimable += size,
        }
    }
    sum
}

fn volumes(usage: &DiskUsage) -> Sum {
    let volumes = usage.volumes.as_deref().unwrap_or_default();
    let mut sum = Sum {
        total: volumes.len() as i64,
        ..Sum::default()
    };
    for usage in volumes.iter().filter_map(|volume| volume.usage_data.as_ref()) {
        if usage.size > 0 {
            sum.size += usage.size;
        }
        if usage.ref_count > 0 {
            sum.active += 1;
        } else if usage.size > 0 {
            sum.reclaimable += usage.size;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as Docker 28 printed it.
    #[test]
    fn the_table_is_dockers() {
        let usage: DiskUsage = serde_json::from_str(
            r#"{"LayersSize":1982001,"Images":[{"Id":"a","Containers":0,"Size":1982001,"SharedSize":0}],
            "Containers":[],"Volumes":[]}"#,
        )
        .unwrap();
        assert_eq!(
            SHEET.show(None, &rows(&usage)).unwrap(),
            "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\n\
             Images          1         0         1.982MB   1.982MB (100%)\n\
             Containers      0         0         0B        0B\n\
             Local Volumes   0         0         0B        0B\n\
             Build Cache     0         0         0B        0B"
        );
    }
}
