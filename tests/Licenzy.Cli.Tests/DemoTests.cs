using Licenzy.Cli.Demo;

namespace Licenzy.Cli.Tests;

public sealed class DemoTests
{
    [Test]
    public async Task The_demo_keeps_every_promise()
    {
        var (exitCode, output) = await Tool.RunAsync(null, "demo");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("All 14 steps as promised.").And.Contain("✓").And.Not.Contain("✗"));
    }

    [Test]
    public void A_step_that_is_not_as_promised_fails_the_demo()
    {
        DemoStep kept = new("a step", "402", "402");
        Assert.That(DemoRun.ExitCode([kept]), Is.Zero);
        Assert.That(DemoRun.ExitCode([kept, new("another", "402", "200")]), Is.EqualTo(1));
        Assert.That(DemoRun.ExitCode([]), Is.EqualTo(1), "nothing shown is nothing kept");
    }

    [Test]
    public async Task A_demo_that_is_kept_prints_addresses_that_answer_and_leaves_nothing_behind()
    {
        await using var demo = Tool.Licenzy(null, "demo", "--keep");
        var address = await FirstAsync(demo, "Licenzy server   ");
        await demo.AnswersAsync(new Uri(address + "/readyz"));
        await demo.TerminateAsync();
        Assert.That(await demo.ExitAsync(), Is.Zero, demo.Output);
    }

    private static async Task<string> FirstAsync(Tool tool, string label)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await pause.WaitForNextTickAsync(patience.Token))
        {
            if (tool.Output.Split('\n').FirstOrDefault(line => line.Contains(label, StringComparison.Ordinal)) is { } line)
            {
                return line[(line.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Trim();
            }
        }

        throw new InvalidOperationException("The timer never ends by itself.");
    }
}
