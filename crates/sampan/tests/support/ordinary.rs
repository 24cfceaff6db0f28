//! How root becomes an ordinary user for good: words of a shell, behind which the program stands.

pub(crate) fn as_user(user: u32) -> String {
    format!("setpriv --reuid {user} --regid {user} --clear-groups")
}

/// The same, where there are no namespaces of users for anybody.
pub(crate) fn without_namespaces(user: u32) -> String {
    let none = "echo 0 >/proc/sys/user/max_user_namespaces && \
                exec setpriv --inh-caps=-all --ambient-caps=-all \"$0\" \"$@\"";
    let user_alone = format!("unshare --user --map-user={user} --map-group={user} --keep-caps");
    format!("{} {user_alone} sh -c '{none}'", as_user(user))
}
