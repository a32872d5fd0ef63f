namespace ContactRouting.Testing;

/// <summary>Callback URLs that lead inside a network, in every way to write one, and what is no callback URL at all.</summary>
internal static class HostileUrls
{
    /// <summary>Whatever a name is, it leads inside: to an address of <see cref="Inside"/>.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        // Loopback, as people and as parsers write it.
        "http://127.0.0.1/", "https://127.0.0.1/", "http://127.0.0.1:22/", "http://127.255.255.254:6379/", "http://127.1/",
        "http://127.0.1/", "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7F.0x0.0x0.0x1/",
        "http://0177.0.0.01/", "http://00000177.0.0.1/", "http://0x7f.1/", "http://127.0.0.1./", "http://127.0.0.1:0/",
        "http://127.000.000.001/", "http://%31%32%37.0.0.1/", "http://127。0。0。1/",
        "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/",
        "http:\\\\127.0.0.1\\", "http:127.0.0.1/",

        // This network, and what stands for all addresses.
        "http://0.0.0.0/", "http://0/", "http://0x0/", "http://0.0.0.1:8080/",

        // Private, shared, link-local, metadata, benchmarking, documentation, multicast, reserved, broadcast.
        "http://10.0.0.1/", "http://167772161/", "http://10.1/", "http://172.16.0.1/", "http://172.31.255.255/",
        "http://192.168.0.1/", "http://0xc0a80001/", "http://100.64.0.1/", "http://100.100.100.200/latest/meta-data/",
        "http://169.254.169.254/metadata/instance", "http://2852039166/latest/meta-data/", "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/", "http://169.254.130.1:8081/msi/token", "http://168.63.129.16/machine?comp=goalstate",
        "http://192.0.0.192/opc/v2/instance/", "http://198.18.0.1/", "http://192.0.2.1/", "http://192.88.99.1/",
        "http://224.0.0.1/", "http://239.255.255.250:1900/", "http://240.0.0.1/", "http://255.255.255.255/",

        // IPv6, and IPv4 within it: mapped, compatible, translated, NAT64, 6to4, Teredo.
        "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
        "http://[fe80::1%251]/", "http://[::1%251]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[fec0::1]/", "http://[ff02::1]/", "http://[ff0e::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/", "http://[::FFFF:169.254.169.254]/", "http://[::ffff:0.0.0.0]/", "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::10.0.0.1]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/", "http://[2002:a00:1::1]/",
        "http://[2001:0:7f00:1::]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[5f00::1]/",
        "http://[4000::1]/",

        // Names.
        "http://localhost/", "http://localhost./", "http://LOCALHOST:8080/", "http://localhost.localdomain/",
        "http://a.localhost/", "http://localhost。/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "http://metadata.google.internal/computeMetadata/v1/", "http://metadata/", "http://inside.example/",
        "http://127.0.0.1.nip.example/", "http://inside.example.:8080/", "http://münchen.example/",
        "http://xn--mnchen-3ya.example/", "http://256.256.256.256/", "http://4294967297/", "http://0x100000000/",
        "http://a_b.example/",

        // Where a reader and a parser may see different hosts.
        "http://8.8.8.8@127.0.0.1/", "http://8.8.8.8:80@127.0.0.1:80/", "http://user:password@10.0.0.1/",
        "http://127.0.0.1#@8.8.8.8/", "http://127.0.0.1?@8.8.8.8/", "http://127.0.0.1\\@8.8.8.8/",
        "http://127.0.0.1%2f@10.0.0.1/", "http://8.8.8.8%2f@127.0.0.1/", "http://[::1]@127.0.0.1/",
        "http://127.0.0.1;8.8.8.8/", "http://inside.example%00.example.com/", "http://127.0.0.1\t/",
        "http://127.0.0.1\r\nHost: x/",

        // No callback URL.
        "", "/relative", "//127.0.0.1/", "127.0.0.1", "http://", "http:///127.0.0.1/", "http://:80/",
        "http://127.0.0.1:65536/", "http://127.0.0.1:-1/", "http://[::1/", "http://[127.0.0.1]/", "http://[::1%25]/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_INFO", "dict://127.0.0.1/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "unix:/var/run/docker.sock", "javascript:alert(1)", "data:text/plain,x",
        "ws://127.0.0.1/", "http://\u202e127.0.0.1/", "http://a b.example/", "http://*/", "http://%/",
    ];

    public static string Inside => "10.0.0.1";
}
