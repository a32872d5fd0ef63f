using System.Net;
using System.Net.Sockets;

namespace ContactRouting.Webhooks;

/// <summary>Which addresses are on the public internet. Source: the IANA special-purpose address registries.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special =
    [
        // This network, private, carrier-grade NAT, loopback, link-local, protocol assignments, documentation, benchmarking.
        .. Networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24"
        ),
        .. Networks("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),

        // Azure's own: every machine there reaches its platform's wire server under it.
        .. Networks("168.63.129.16/32"),

        // Multicast, reserved and broadcast.
        .. Networks("224.0.0.0/4", "240.0.0.0/4"),

        // Outside of what is given out, and within it those that stand for other addresses: Teredo, ORCHID, documentation, 6to4.
        .. Networks("::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    ];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Special.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
            && address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }

    private static IEnumerable<IPNetwork> Networks(params string[] networks) => networks.Select(network => IPNetwork.Parse(network));
}
