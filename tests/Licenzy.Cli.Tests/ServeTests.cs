using System.Net.Http.Headers;

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
