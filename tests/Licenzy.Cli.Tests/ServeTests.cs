using System.Net.Http.Headers;
using Licenzy.Cli.Serving;

namespace Licenzy.Cli.Tests;

public sealed class ServeTests
{
    private string _data = null!;

    [SetUp]
    public void MakeFolder() => _data = Directory.CreateTempSubdirectory("licenzy-serve-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_data, recursive: true);

    [Test]
    public async Task It_prints_its_first_keys_once_answers_and_stops_with_zero()
    {
        var address = FreePort.Address();
        await using (var first = Tool.Licenzy(null, "serve", "--data", _data, "--urls", address.ToString()))
        {
            await first.AnswersAsync(new Uri(address, "/readyz"));
            var key = await FirstKeyAsync();
            Assert.That(first.Output, Does.Contain(key));
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            Assert.That(await http.GetStringAsync(new Uri(address, "/portal/me")), Does.Contain("\"workspace\""));

            await first.TerminateAsync();
            Assert.That(await first.ExitAsync(), Is.Zero, first.Output);
        }

        await using var second = Tool.Licenzy(null, "serve", "--data", _data, "--urls", address.ToString());
        await second.AnswersAsync(new Uri(address, "/readyz"));
        Assert.That(second.Output, Does.Not.Contain("lz_"));
        await second.TerminateAsync();
        Assert.That(await second.ExitAsync(), Is.Zero, second.Output);
    }

    [Test]
    public async Task A_second_process_on_the_same_file_is_refused_in_one_sentence()
    {
        var address = FreePort.Address();
        await using var first = Tool.Licenzy(null, "serve", "--data", _data, "--urls", address.ToString());
        await first.AnswersAsync(new Uri(address, "/readyz"));

        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", _data, "--urls", FreePort.Address().ToString());
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Another process already serves").And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_wrong_setting_is_named_and_nothing_starts()
    {
        var (exitCode, output) = await Tool.RunAsync(
            new Dictionary<string, string> { ["Licenzy__RenewalLeewayHours"] = "-1" }, "serve", "--data", _data, "--urls", FreePort.Address().ToString());
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Licenzy:RenewalLeewayHours is -1").And.Not.Contain("   at "));
    }

    [TestCase("encryption.key")]
    [TestCase("licenzy.db.lock")]
    [TestCase("first-run.txt")]
    public async Task A_file_that_may_not_be_written_is_one_sentence(string name)
    {
        // Refused to root as well, as a missing permission is to others.
        Directory.CreateDirectory(Path.Combine(_data, name));
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", _data, "--urls", FreePort.Address().ToString());
        AssertSentence(exitCode, output, Path.Combine(_data, name), "Licenzy:DataDirectory (--data)");
    }

    [Test]
    public async Task A_folder_that_may_not_be_written_is_one_sentence()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Everything may be written by this user.");
        }
        else
        {
            File.SetUnixFileMode(_data, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            foreach (var folder in new[] { _data, Path.Combine(_data, "inner") })
            {
                var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", folder, "--urls", FreePort.Address().ToString());
                AssertSentence(exitCode, output, folder, "Licenzy:DataDirectory (--data)");
            }
        }
    }

    [Test]
    public async Task A_file_that_is_no_database_is_named()
    {
        var file = Path.Combine(_data, "licenzy.db");
        await File.WriteAllTextAsync(file, "This was a database once, and is none any more. ".PadRight(5000, '.'));
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", _data, "--urls", FreePort.Address().ToString());
        AssertSentence(exitCode, output, $"{file} cannot be used as a database", "Restore it from a backup");
    }

    [Test]
    public async Task A_database_that_is_damaged_inside_is_named()
    {
        var (file, address) = (Path.Combine(_data, "licenzy.db"), FreePort.Address());
        await using (var server = Tool.Licenzy(null, "serve", "--data", _data, "--urls", address.ToString()))
        {
            await server.AnswersAsync(new Uri(address, "/readyz"));
            await server.TerminateAsync();
            Assert.That(await server.ExitAsync(), Is.Zero, server.Output);
        }

        // The header stays; the page after it, where the schema is, does not.
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(100, 8000).Fill(0xa5);
        await File.WriteAllBytesAsync(file, bytes);
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", _data, "--urls", address.ToString());
        AssertSentence(exitCode, output, $"{file} cannot be used as a database");
    }

    [Test]
    public async Task A_file_for_a_folder_is_named()
    {
        var file = Path.Combine(_data, "file");
        await File.WriteAllTextAsync(file, "");
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", file, "--urls", FreePort.Address().ToString());
        AssertSentence(exitCode, output, file, "Licenzy:DataDirectory (--data)");
    }

    [TestCase("Licenzy__RenewalLeewayHours", "abc", "Licenzy:RenewalLeewayHours is 'abc'. It takes a number")]
    [TestCase("Licenzy__OutboundWebhooks__AllowedPorts__0", "abc", "Licenzy:OutboundWebhooks:AllowedPorts:0 is 'abc'. It takes a whole number")]
    [TestCase("Licenzy__OutboundWebhooks__Schedule__0", "5m", "Licenzy:OutboundWebhooks:Schedule:0 is '5m'. It takes a time span")]
    [TestCase("Licenzy__OutboundWebhooks__AllowedPrivateNetworks", "127.0.0.0/8", "Licenzy:OutboundWebhooks:AllowedPrivateNetworks is '127.0.0.0/8'. It is a list")]
    [TestCase("Licenzy__OutboundWebhooks__AllowedPrivateNetworks__0", "10.0.0.1/8", "Licenzy:OutboundWebhooks:AllowedPrivateNetworks:0 is '10.0.0.1/8'")]
    [TestCase("Licenzy__OutboundWebhooks__AllowHttps", "true", "Licenzy:OutboundWebhooks:AllowHttps is not a setting")]
    [TestCase("Licenzy__RateLimiting__Burst", "1.5", "Licenzy:RateLimiting:Burst is '1.5'. It takes a whole number")]
    [TestCase("Kestrel__Limits__RequestHeadersTimeout", "soon", "Kestrel:Limits:RequestHeadersTimeout is 'soon'. It takes a time span")]
    public async Task A_setting_of_the_wrong_kind_is_named(string variable, string value, string sentence)
    {
        var (exitCode, output) = await Tool.RunAsync(new Dictionary<string, string> { [variable] = value }, "serve", "--data", _data, "--urls", FreePort.Address().ToString());
        AssertSentence(exitCode, output, sentence);
    }

    [TestCase("", "--urls is empty")]
    [TestCase(";", "--urls is empty")]
    [TestCase("nonsense", "'nonsense', which is not an address to listen on")]
    [TestCase("http://127.0.0.1:x", "'http://127.0.0.1:x', which is not an address to listen on")]
    [TestCase("http://127.0.0.1?a", "which is not an address to listen on")]
    [TestCase("http://300.0.0.1:0", "listens on addresses, not on names")]
    [TestCase("ftp://x", "'ftp://x', and this server speaks http alone", "--public-url")]
    [TestCase("https://127.0.0.1:0", "this server speaks http alone", "a proxy that adds TLS")]
    [TestCase("http://127.0.0.1:0/base", "has no path: leave /base out")]
    [TestCase("http://127.0.0.1:99999", "a port is a number from 0 to 65535")]
    [TestCase("http://127.0.0.1:-1", "a port is a number from 0 to 65535")]
    [TestCase("http://localhost:0", "Write http://127.0.0.1:0")]
    [TestCase("http://127.0.0.1:0;http://x:0", "'http://x:0'")]
    [TestCase("http://licenzy.example.com:25999", "listens on addresses, not on names", "127.0.0.1", "0.0.0.0", "--public-url")]
    public void A_wrong_address_is_refused_in_one_sentence(string urls, params string[] words)
    {
        foreach (var word in words)
        {
            Assert.That(ListenAddresses.Problem(urls), Does.Contain(word));
        }
    }

    [TestCase("http://127.0.0.1:5080")]
    [TestCase("http://127.0.0.1:0/;http://[::1]:0")]
    [TestCase("HTTP://LOCALHOST:5080")]
    [TestCase("http://0.0.0.0:5080")]
    [TestCase("http://[::]:5080")]
    [TestCase("http://*:5080")]
    [TestCase("http://+:5080")]
    [TestCase("http://unix:/run/licenzy.sock")]
    public void An_address_is_taken(string urls) => Assert.That(ListenAddresses.Problem(urls), Is.Null);

    [Test]
    public async Task A_wrong_address_is_noticed_before_anything_is_made()
    {
        var folder = Path.Combine(_data, "inner");
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", folder, "--urls", "https://127.0.0.1:0");
        AssertSentence(exitCode, output, "https://127.0.0.1:0");
        Assert.That(Directory.Exists(folder), Is.False);
    }

    [Test]
    public async Task A_port_that_is_taken_is_one_sentence()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var (exitCode, output) = await Tool.RunAsync(null, "serve", "--data", _data, "--urls", $"http://{listener.LocalEndpoint}");
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("address already in use").And.Not.Contain("   at ").And.Not.Contain("crit:"));
    }

    [Test]
    public async Task The_web_servers_own_bounds_can_be_set()
    {
        var address = FreePort.Address();
        await using var server = Tool.Licenzy(
            new Dictionary<string, string> { ["Kestrel__Limits__MaxRequestHeadersTotalSize"] = "2048" }, "serve", "--data", _data, "--urls", address.ToString());
        await server.AnswersAsync(new Uri(address, "/readyz"));

        using var http = new HttpClient();
        foreach (var (length, status) in new[] { (1000, 200), (3000, 431) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/healthz"));
            request.Headers.Add("X-Long", new string('a', length));
            using var answer = await http.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(status));
            Assert.That(answer.Headers.Server, Is.Empty);
        }
    }

    private static void AssertSentence(int exitCode, string output, params string[] words)
    {
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
        Assert.That(output, Does.StartWith("licenzy: ").And.Not.Contain("lz_"));
        foreach (var word in words)
        {
            Assert.That(output, Does.Contain(word));
        }
    }

    private async Task<string> FirstKeyAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_data, "first-run.txt"))).Single(line => line.StartsWith("Admin key", StringComparison.Ordinal)).Split(": ")[1];
}
