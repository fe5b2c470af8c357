using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Cli.Verbs;

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

        var set = JsonNode.Parse(await _verbs.SayAsync("test-clock", "set", ((DateTimeOffset)moved["now"]!).AddDays(1).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture), "--json"))!;
        Assert.That((DateTimeOffset)set["now"]!, Is.EqualTo(((DateTimeOffset)moved["now"]!).AddDays(1)).Within(TimeSpan.FromMilliseconds(1)));

        Assert.That(await _verbs.SayAsync("test-clock", "reset"), Does.Contain("real time"));
    }

    [TestCase("27d12h", 2_376_000)]
    [TestCase("9d 8h 56m 16s", 809_776)]
    [TestCase("1w", 604_800)]
    [TestCase("1w 0d 1s", 604_801)]
    [TestCase("90s", 90)]
    [TestCase("45m", 2_700)]
    [TestCase("", null)]
    [TestCase(" ", null)]
    [TestCase("1h 1d", null)]
    [TestCase("1d1d", null)]
    [TestCase("1d ", null)]
    [TestCase("1.5d", null)]
    [TestCase("9999999999d", null)]
    [TestCase("1D", null)]
    public void A_length_of_time_is_read_as_it_is_printed(string text, long? seconds) => Assert.That(LengthOfTime.Seconds(text), Is.EqualTo(seconds));

    [Test]
    public async Task What_the_clock_prints_can_be_said_in_as_many_words()
    {
        var moved = JsonNode.Parse(await _verbs.SayAsync("test-clock", "advance", "9d", "8h", "56m", "16s", "--json"))!;
        Assert.That((long)moved["offset_seconds"]!, Is.EqualTo(809_776));
        await _verbs.SayAsync("test-clock", "reset");
    }

    [TestCase("yesterday")]
    [TestCase("2027-01-31T00:00:00")]
    [TestCase("2027-01-31T00:00:00+02:00")]
    [TestCase("03/04/2027")]
    public async Task A_time_that_could_be_read_otherwise_is_refused_in_one_line(string now)
    {
        var (exitCode, output) = await _verbs.RunAsync("test-clock", "set", now);
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
        Assert.That(output, Does.Contain($"now is '{now}'").And.Contain("2027-01-31T00:00:00Z").And.Not.Contain("System."));
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
        Assert.That(output, Does.Contain("DELETE /portal/test-clock").And.Contain("With this tool: licenzy test-clock reset"));
    }
}
