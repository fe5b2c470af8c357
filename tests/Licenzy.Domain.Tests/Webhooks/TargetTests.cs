using System.Net;
using Licenzy.Domain.Webhooks;

namespace Licenzy.Domain.Tests.Webhooks;

/// <summary>Which addresses an endpoint may have (SECURITY T33, T34, T37).</summary>
public sealed class TargetTests
{
    private static readonly TargetPolicy Strict = new();
    private static readonly TargetPolicy Http = new() { AllowHttp = true };

    [TestCase("https://hooks.example.com/licenzy")]
    [TestCase("https://hooks.example.com:8443/a?b=c%23d")]
    [TestCase("https://hooks.example.com:443")]
    [TestCase("HTTPS://Hooks.Example.COM/")]
    [TestCase("https://xn--bcher-kva.example/")]
    [TestCase("https://8.8.8.8/")]
    [TestCase("https://[2606:4700:4700::1111]/")]
    [TestCase("https://my_app.internal/%20")]
    public void A_plain_https_address_is_taken(string url) => Assert.That(TargetRules.OfText(url, Mode.Live, Strict), Is.Null);

    [TestCase("", "url_malformed")]
    [TestCase("hooks.example.com", "url_malformed")]
    [TestCase("/relative", "url_malformed")]
    [TestCase("://x", "url_malformed")]
    [TestCase("https:/example.com/", "url_malformed")]
    [TestCase("https://example.com/a b", "url_malformed")]
    [TestCase("https://example.com/a\\b", "url_malformed")]
    [TestCase("https://example.com/a\nb", "url_malformed")]
    [TestCase("https://example.com/bücher", "url_malformed")]
    [TestCase("ftp://example.com/", "url_scheme")]
    [TestCase("file:///etc/passwd", "url_scheme")]
    [TestCase("gopher://example.com/", "url_scheme")]
    [TestCase("http://example.com/", "url_scheme")]
    [TestCase(" https://example.com/", "url_malformed")]
    [TestCase("https://example.com/ ", "url_malformed")]
    [TestCase("https://example.com ", "url_malformed")]
    [TestCase("\thttps://example.com/", "url_malformed")]
    [TestCase("https://example.com/a#b", "url_malformed")]
    [TestCase("https://example.com#", "url_malformed")]
    [TestCase("https://user@example.com/", "url_userinfo")]
    [TestCase("https://user:secret@example.com/", "url_userinfo")]
    [TestCase("https://example.com@127.0.0.1/", "url_userinfo")]
    [TestCase("https://@example.com/", "url_userinfo")]
    [TestCase("https:///path", "url_host")]
    [TestCase("https://example.com./", "url_host")]
    [TestCase("https://127.0.0.1./", "url_host")]
    [TestCase("https://a..b/", "url_host")]
    [TestCase("https://exa%6dple.com/", "url_host")]
    [TestCase("https://bücher.example/", "url_host")]
    [TestCase("https://①②⑦.⓪.⓪.①/", "url_host")]
    [TestCase("https://127。0。0。1/", "url_host")]
    [TestCase("https://１２７.0.0.1/", "url_host")]
    [TestCase("https://2130706433/", "url_host")]
    [TestCase("https://0x7f000001/", "url_host")]
    [TestCase("https://0x7f.0.0.1/", "url_host")]
    [TestCase("https://0177.0.0.1/", "url_host")]
    [TestCase("https://017700000001/", "url_host")]
    [TestCase("https://127.1/", "url_host")]
    [TestCase("https://127.0.1/", "url_host")]
    [TestCase("https://127.0.0.01/", "url_host")]
    [TestCase("https://1.2.3.4.5/", "url_host")]
    [TestCase("https://256.0.0.1/", "url_host")]
    [TestCase("https://134744072/", "url_host")]
    [TestCase("https://a.0x1/", "url_host")]
    [TestCase("https://[fe80::1%25eth0]/", "url_host")]
    [TestCase("https://[::1/", "url_host")]
    [TestCase("https://[127.0.0.1]/", "url_host")]
    [TestCase("https://[::1]x/", "url_host")]
    [TestCase("https://example.com:22/", "url_port", true)]
    [TestCase("https://8.8.8.8:22/", "url_port")]
    [TestCase("https://8.8.8.8:80/", "url_port")]
    [TestCase("https://example.com:0/", "url_port")]
    [TestCase("https://example.com:65536/", "url_port")]
    [TestCase("https://example.com:/", "url_port")]
    [TestCase("https://example.com:44a/", "url_port")]
    [TestCase("https://example.com:443:443/", "url_port")]
    public void Anything_else_is_refused_with_the_rules_word(string url, string code, bool byAddress = false)
    {
        var fault = TargetRules.OfText(url, Mode.Live, Strict);
        // Where the host is a name, the port is judged with its address: an opened network opens its ports.
        Assert.That((byAddress ? TargetRules.OfAddress(IPAddress.Parse("8.8.8.8"), 22, Strict) : fault)?.Code, Is.EqualTo(code));
        Assert.That(fault is null, Is.EqualTo(byAddress));
    }

    [Test]
    public void An_address_has_an_end() =>
        Assert.That(TargetRules.OfText("https://example.com/" + new string('a', TargetRules.Longest), Mode.Live, Strict), Is.EqualTo(TargetFault.Malformed));

    // The list of SECURITY T33, with first and last addresses, and how IPv6 wraps IPv4.
    private static readonly string[] NotPublic =
    [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7",
        "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
        "2001:db8::1", "2001::1", "2002:7f00:1::", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ];

    [TestCaseSource(nameof(NotPublic))]
    public void An_address_that_is_not_public_is_refused_on_text_and_on_dialling(string address)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

        Assert.That(TargetRules.OfText($"https://{host}/", Mode.Live, Strict), Is.EqualTo(TargetFault.PrivateAddress));
        Assert.That(TargetRules.OfAddress(IPAddress.Parse(address), 443, Strict), Is.EqualTo(TargetFault.PrivateAddress));
    }

    [TestCase("1.1.1.1")]
    [TestCase("9.255.255.255")]
    [TestCase("11.0.0.0")]
    [TestCase("100.63.255.255")]
    [TestCase("100.128.0.0")]
    [TestCase("126.255.255.255")]
    [TestCase("128.0.0.0")]
    [TestCase("172.15.255.255")]
    [TestCase("172.32.0.0")]
    [TestCase("192.0.1.0")]
    [TestCase("192.167.255.255")]
    [TestCase("192.169.0.0")]
    [TestCase("198.17.255.255")]
    [TestCase("198.20.0.0")]
    [TestCase("223.255.255.255")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("2001:200::1")]
    [TestCase("2606:4700::1")]
    public void Their_neighbours_are_public(string address) => Assert.That(TargetRules.OfAddress(IPAddress.Parse(address), 443, Strict), Is.Null);

    [Test]
    public void Http_is_for_test_mode_and_the_operators_leave() => Assert.Multiple(() =>
    {
        Assert.That(TargetRules.OfText("http://8.8.8.8/", Mode.Test, Http), Is.Null);
        Assert.That(TargetRules.OfText("http://8.8.8.8/", Mode.Live, Http), Is.EqualTo(TargetFault.Scheme));
        Assert.That(TargetRules.OfText("http://8.8.8.8/", Mode.Test, Strict), Is.EqualTo(TargetFault.Scheme));
        Assert.That(TargetRules.OfText("http://8.8.8.8:8080/", Mode.Test, Http), Is.EqualTo(TargetFault.Port));
    });

    [Test]
    public void A_network_that_the_operator_opened_is_taken_on_any_port()
    {
        var opened = new TargetPolicy { AllowHttp = true, AllowedPrivateNetworks = [Networks.Find("127.0.0.0/8")!.Value, Networks.Find("fd00::5")!.Value] };
        Assert.Multiple(() =>
        {
            Assert.That(TargetRules.OfText("http://127.0.0.1:39471/x", Mode.Test, opened), Is.Null);
            Assert.That(TargetRules.OfText("http://[::ffff:127.0.0.1]:39471/x", Mode.Test, opened), Is.Null);
            Assert.That(TargetRules.OfText("https://[fd00::5]:9/x", Mode.Test, opened), Is.Null);
            Assert.That(TargetRules.OfText("https://[fd00::6]/x", Mode.Test, opened), Is.EqualTo(TargetFault.PrivateAddress));
            Assert.That(TargetRules.OfText("http://10.0.0.1/x", Mode.Test, opened), Is.EqualTo(TargetFault.PrivateAddress));
            Assert.That(TargetRules.OfText("http://0x7f.1:39471/x", Mode.Test, opened), Is.EqualTo(TargetFault.Host));
        });
    }

    [Test]
    public void A_port_may_be_opened_too() =>
        Assert.That(TargetRules.OfText("https://8.8.8.8:9000/", Mode.Live, new TargetPolicy { AllowedPorts = [9000] }), Is.Null);

    [Test]
    public void This_server_does_not_call_itself()
    {
        var policy = new TargetPolicy
        {
            AllowHttp = true, AllowedPrivateNetworks = [Networks.Find("127.0.0.0/8")!.Value],
            Own = [new OwnAddress("licenzy.example.com", null), new OwnAddress("127.0.0.1", 5080)],
        };
        Assert.Multiple(() =>
        {
            Assert.That(TargetRules.OfText("https://licenzy.example.com/v1/webhooks", Mode.Live, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfText("https://LICENZY.example.com:8443/", Mode.Live, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfText("http://127.0.0.1:5080/", Mode.Test, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfText("http://[::ffff:127.0.0.1]:5080/", Mode.Test, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfAddress(IPAddress.Loopback, 5080, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfAddress(IPAddress.Any, 5080, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfAddress(IPAddress.IPv6Any, 5080, policy), Is.EqualTo(TargetFault.OwnHost));
            Assert.That(TargetRules.OfText("http://127.0.0.1:5081/", Mode.Test, policy), Is.Null);
            Assert.That(TargetRules.OfText("https://app.example.com/", Mode.Live, policy), Is.Null);
        });
    }

    [TestCase("10.0.0.0/8", true)]
    [TestCase("10.1.2.3", true)]
    [TestCase("fd00::/8", true)]
    [TestCase("10.0.0.0/33", false)]
    [TestCase("ten", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Networks_are_read_as_the_operator_writes_them(string? text, bool isOne) => Assert.That(Networks.Find(text).HasValue, Is.EqualTo(isOne));
}
