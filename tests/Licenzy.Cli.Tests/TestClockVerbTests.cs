using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy test-clock</c> against a real server.</summary>
public sealed class TestClockVerbTests
{
    private ServerVerbs _verbs = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _verbs = await ServerVerbs.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _verbs.DisposeAsync();

    [Test]
    public async Task The_clock_is_shown_moved_set_and_given_up()
    {
        Assert.That(await _verbs.SayAsync("test-clock", "show"), Does.Contain("real time"));

        var moved = JsonNode.Parse(await _verbs.SayAsync("test-clock", "advance", "30d", "--json"))!;
        Assert.That(((long)moved["offset_seconds"]!, (bool)moved["is_set"]!), Is.EqualTo((2_592_000L, true)));
        Assert.That(await _verbs.SayAsync("test-clock", "show"), Does.Contain("30d 0h 0m 0s ahead"));

        var set = JsonNode.Parse(await _verbs.SayAsync("test-clock", "set", ((DateTimeOffset)moved["now"]!).AddDays(1).ToString("O"), "--json"))!;
        Assert.That((DateTimeOffset)set["now"]!, Is.EqualTo(((DateTimeOffset)moved["now"]!).AddDays(1)).Within(TimeSpan.FromMilliseconds(1)));

        Assert.That(await _verbs.SayAsync("test-clock", "reset"), Does.Contain("real time"));
    }

    [TestCase("soon")]
    [TestCase("30")]
    [TestCase("-1d")]
    public async Task A_length_of_time_that_is_none_says_what_one_is(string by)
    {
        var (exitCode, output) = await _verbs.RunAsync("test-clock", "advance", "--", by);
        Assert.That((exitCode, output.Contains("30d, 12h, 45m or 90s", StringComparison.Ordinal)), Is.EqualTo((1, true)), output);
    }

    [Test]
    public async Task Backwards_is_refused_in_one_line_that_names_the_way()
    {
        var (exitCode, output) = await _verbs.RunAsync("test-clock", "set", "2020-01-01T00:00:00Z");
        Assert.That((exitCode, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("DELETE /portal/test-clock"));
    }
}
