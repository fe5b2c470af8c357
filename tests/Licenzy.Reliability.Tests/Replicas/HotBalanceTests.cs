using System.Collections.Concurrent;
using Licenzy.Cli.Tests;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Replicas;

/// <summary>Two servers on one PostgreSQL, and everybody wants the same units.</summary>
public sealed class HotBalanceTests
{
    private const int ClientsOfEach = 16;
    private const int Units = 600;

    [Test]
    public async Task Each_unit_is_given_once_and_the_answers_fit_one_order()
    {
        var keys = new Keys();
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var one = await ServerProcess.StartAsync(keys, database.ConnectionString);
        await using var two = await ServerProcess.StartAsync(keys, database.ConnectionString);
        await Stock.FillAsync(one, subjects: 1, Units);

        var answers = new ConcurrentBag<(ServerProcess Server, Reply Reply)>();
        await Task.WhenAll(new[] { one, two }.SelectMany(server => Enumerable.Range(0, ClientsOfEach).Select(_ => TakeAsync(server, answers))));

        var given = answers.Where(answer => answer.Reply.Status == 200).ToArray();
        var refused = answers.Where(answer => answer.Reply.Status != 200).ToArray();
        TestContext.Out.WriteLine($"{given.Count(answer => answer.Server == one)} units from one, {given.Count(answer => answer.Server == two)} from the other, {refused.Length} refused");
        Assert.That(given.Select(answer => (long)answer.Reply.Json["usage_remaining"]!).OrderDescending(), Is.EqualTo(Enumerable.Range(0, Units).Reverse()));
        Assert.That(given.Select(answer => answer.Server).Distinct().Count(), Is.EqualTo(2), "both gave");
        Assert.That(refused.Select(answer => answer.Reply.Error), Is.EqualTo(Enumerable.Repeat("insufficient_usage", 2 * ClientsOfEach)));
        foreach (var server in new[] { one, two })
        {
            var (exitCode, output) = await Tool.RunAsync(new Dictionary<string, string> { ["LICENZY_URL"] = server.Address.ToString(), ["LICENZY_ADMIN_KEY"] = keys.Admin }, "verify");
            Assert.That(exitCode, Is.Zero, output);
        }
    }

    // Until it is told that there is nothing left.
    private static async Task TakeAsync(ServerProcess server, ConcurrentBag<(ServerProcess Server, Reply Reply)> answers)
    {
        using var app = server.App();
        for (var reply = await TakeOneAsync(app); ; reply = await TakeOneAsync(app))
        {
            answers.Add((server, reply));
            if (reply.Status != 200)
                return;
        }
    }

    private static async Task<Reply> TakeOneAsync(HttpClient app)
    {
        var taking = Taking.New(Taking.Consume, Stock.Subject(0));
        var reply = await taking.SendAsync(app);
        while (reply.IsComeBack)
            reply = await taking.SendAsync(app);
        return reply;
    }
}
