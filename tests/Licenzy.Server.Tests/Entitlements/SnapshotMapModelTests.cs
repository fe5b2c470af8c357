using System.Text;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>The map beside a dictionary that knows no bound: random calls, keys of every length.</summary>
public sealed class SnapshotMapModelTests
{
    private const int Names = 500;

    [Test]
    public void Within_the_bound_it_is_a_dictionary([Range(1, 5)] int seed)
    {
        var (map, model, random) = (new SnapshotMap(64 * 2 * 2 * Names), new Dictionary<string, long>(StringComparer.Ordinal), new Random(seed));
        for (var call = 0; call < 50_000; call++)
        {
            var name = Name(random);
            Call(map, model, random, name);
            Assert.That(Find(map, name), Is.EqualTo(model.TryGetValue(name, out var version) ? version : null), $"call {call}");
        }

        Assert.That(map.Count, Is.EqualTo(model.Count));
    }

    [Test]
    public void Beyond_it_what_is_found_is_right_and_never_too_much([Range(1, 5)] int seed)
    {
        const int most = 64 * 2 * 3;
        var (map, model, random) = (new SnapshotMap(most), new Dictionary<string, long>(StringComparer.Ordinal), new Random(seed));
        var found = 0;
        for (var call = 0; call < 50_000; call++)
        {
            var name = Name(random);
            Call(map, model, random, name);
            if (Find(map, name) is not { } version)
                continue;
            found++;
            // The version that it forgot, it cannot compare with; what it tells is one that was put after that.
            Assert.That(version, Is.LessThanOrEqualTo(model.GetValueOrDefault(name, -1)), $"call {call}");
        }

        Assert.That(map.Count, Is.LessThanOrEqualTo(most));
        Assert.That(found, Is.GreaterThan(5_000));
    }

    private static void Call(SnapshotMap map, Dictionary<string, long> model, Random random, string name)
    {
        var (key, version) = (Encoding.UTF8.GetBytes(name), (long)random.Next(1000));
        switch (random.Next(10))
        {
            case 0:
                map.Remove(key, version);
                if (model.TryGetValue(name, out var known) && known < version)
                    model.Remove(name);
                break;
            case < 3:
                map.Replace(key, Of(version));
                if (model.TryGetValue(name, out var earlier))
                    model[name] = Math.Max(earlier, version);
                break;
            case < 6:
                map.Put(key, Of(version));
                model[name] = Math.Max(model.GetValueOrDefault(name), version);
                break;
            default:
                break;
        }
    }

    private static long? Find(SnapshotMap map, string name) => map.TryGet(Encoding.UTF8.GetBytes(name), out var known) ? known.Version : null;

    // From 5 to 769 bytes, with beginnings in common.
    private static string Name(Random random)
    {
        var number = random.Next(Names);
        return new string('x', 3 + (number % 10 == 0 ? 760 : number % 40)) + $"{number:D3}{(char)('a' + (number % 3))}"[..^(number % 2)];
    }

    private static Snapshot Of(long version) => Snapshot.Of(new SubjectRights(version, []), DateTimeOffset.UnixEpoch, Leeway.Default)!.Value;
}
