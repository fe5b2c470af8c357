using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>Clients of one server that go on until it is gone, or they are told to stop. Who hears no answer ends, with that outcome unknown.</summary>
internal sealed class Load
{
    private const int Consumers = 12;
    private const int Senders = 2;

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Round _round;
    private readonly string[] _subjects;
    private readonly CancellationToken _stop;
    private readonly Task _clients;
    private int _cut;

    private Load(Replica replica, Wire app, Round round, Random chance, CancellationToken stop)
    {
        (_round, _subjects, _stop) = (round, [.. round.Granted.Keys], stop);
        // Drawn here, in one order, whatever the threads do.
        var consumers = Enumerable.Range(0, Consumers).Select(_ => chance.Next()).ToList();
        _clients = Task.WhenAll(
        [
            .. consumers.Select(seed => UntilGoneAsync(new Random(seed), random => ConsumeAsync(app, random))),
            .. Enumerable.Range(0, Senders).Select(_ => UntilGoneAsync(new Random(0), random => TellAsync(replica.Anybody, random))),
            UntilGoneAsync(new Random(0), random => CheckAsync(app, random)),
        ]);
    }

    public static Load Start(Replica replica, Wire app, Round round, Random chance, CancellationToken stop) => new(replica, app, round, chance, stop);

    /// <summary>Until something was acknowledged.</summary>
    public async Task BegunAsync() => await await Task.WhenAny(_begun.Task, _clients);

    /// <summary>Until all have ended; says how many of them heard no answer.</summary>
    public async Task<int> EndedAsync()
    {
        await _clients;
        return _cut;
    }

    private async Task UntilGoneAsync(Random chance, Func<Random, Task> act)
    {
        await Task.Yield();
        try
        {
            while (!_stop.IsCancellationRequested)
                await act(chance);
        }
        catch (HttpRequestException)
        {
            // Killed. Whatever was on its way, nobody knows what became of it.
            Interlocked.Increment(ref _cut);
        }
    }

    private async Task ConsumeAsync(Wire app, Random chance)
    {
        var (subject, units, turn) = (_subjects[chance.Next(_subjects.Length)], chance.Next(1, 6), chance.Next(5));
        if (turn < 3)
        {
            var consumed = await BeginAsync(app, "consume", Units(subject, units), subject, answer => -(long)answer["consumed"]!);
            if (turn == 2 && consumed is not null)
                await BeginAsync(app, "reverse", new() { ["consumption_id"] = (string)consumed["consumption_id"]! }, subject, answer => (long)answer["reversed"]!);
            return;
        }

        // As long as a hold may last: none ends by itself while it is counted.
        var wanted = Units(subject, units);
        wanted["expires_in_seconds"] = 86_400;
        if (await BeginAsync(app, "hold", wanted, subject, answer => -(long)answer["units"]!) is not { } hold)
            return;
        if (turn == 3)
            await BeginAsync(app, $"hold/{hold["hold_id"]}/release", [], subject, answer => (long)answer["released"]!);
        else
            await BeginAsync(app, $"hold/{hold["hold_id"]}/commit", new() { ["units"] = chance.Next(1, units + 1) }, subject, answer => units - (long)answer["consumed"]!);
    }

    private async Task<JsonNode?> BeginAsync(Wire app, string route, JsonObject body, string subject, Func<JsonNode, long> moves)
    {
        var operation = new Operation($"/v1/usage/{route}", body, subject, moves);
        _round.Operations.Enqueue(operation);
        var answer = await operation.BeginAsync(app);
        if (operation.IsAcknowledged)
            _begun.TrySetResult();
        return answer;
    }

    // What is new as long as there is some; afterwards what was told before, as Stripe does now and then.
    private async Task TellAsync(Wire anybody, Random chance)
    {
        if (_round.Sold.TryDequeue(out var delivery))
            _round.Deliveries.Enqueue(delivery);
        else
            delivery = _round.Deliveries.ElementAt(chance.Next(_round.Deliveries.Count));
        await delivery.SendAsync(anybody);
    }

    private async Task CheckAsync(Wire app, Random chance)
    {
        var answer = await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = _subjects[chance.Next(_subjects.Length)] });
        Assert.That(answer.Status, Is.AnyOf(200, 503), answer.Text);
    }

    private static JsonObject Units(string subject, long units) => new() { ["subject_ref"] = subject, ["units"] = units };
}
