using System.Text;
using BenchmarkDotNet.Attributes;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Usage;

namespace Licenzy.Benchmarks;

/// <summary>What a consumption costs beside its database: the body read strictly, hashed so that a repeat is known, and the answer sealed to be kept.</summary>
public class IdempotencyBenchmarks
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"subject_ref":"user_0000001","units":1}""");
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""{"ok":true,"consumed":1,"usage_remaining":41,"consumption_id":"use_01J00000000000000000000000"}""");

    private readonly Sealer _sealer = new(new byte[32]);
    private readonly Scope _scope = new("ws_01J00000000000000000000000", Mode.Test);

    [Benchmark]
    public ConsumeUsageRequest Read() => StrictJson.Read<ConsumeUsageRequest>(Body);

    [Benchmark]
    public byte[] Hash() => _sealer.Hash(Body);

    [Benchmark]
    public byte[] Seal() => _sealer.Seal(_scope, "idempotency_keys.answer", Answer);
}
