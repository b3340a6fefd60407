use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are not the public internet, or that reach elsewhere than they say.
const PRIVATE_V4: [([u8; 4], u32); 17] = [
    ([0, 0, 0, 0], 8),        // this network; 0.0.0.0 reaches this machine
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // shared by a provider's customers; some clouds' metadata
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // Azure's platform, reachable from inside only
    ([169, 254, 0, 0], 16),   // link-local; most clouds' metadata
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments; Oracle's metadata
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 31, 196, 0], 24),  // AS112
    ([192, 88, 99, 0], 24),   // 6to4 relays, deprecated
    ([192, 168, 0, 0], 16),   // private
    ([192, 175, 48, 0], 24),  // AS112
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 3),      // multicast, reserved, broadcast
];

/// Parts of 2000::/3, the one public range, that are not public.
const PRIVATE_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, which wraps any IPv4 address
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];
const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Whether an address is on the public internet.
///
/// An IPv4 address in IPv6 clothes counts as what it is; NAT64's are refused, as they may wrap any.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let private = |(network, prefix): &([u8; 4], u32)| {
                let differing = address.to_bits() ^ Ipv4Addr::from(*network).to_bits();
                differing.leading_zeros() >= *prefix
            };
            !PRIVATE_V4.iter().any(private)
        }
        IpAddr::V6(address) => {
            let within = |(network, prefix): &(Ipv6Addr, u32)| {
                (address.to_bits() ^ network.to_bits()).leading_zeros() >= *prefix
            };
            within(&PUBLIC_V6) && !PRIVATE_V6.iter().any(within)
        }
    }
}
