use crate::cli::Options;
use crate::config::Loaded;
use crate::exit::Exit;
use crate::print;
use crate::suite;

/// Brings the stores of this process's roles to this binary's version.
pub(crate) async fn run(options: &Options) -> Result<(), Exit> {
    let loaded = Loaded::from(options).await?;
    for name in suite::migrate(&loaded).await? {
        print::line(format_args!("{name}: up to date"));
    }
    Ok(())
}
