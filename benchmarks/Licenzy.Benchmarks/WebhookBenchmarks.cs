using System.Text;
using BenchmarkDotNet.Attributes;

namespace Licenzy.Benchmarks;

/// <summary>A webhook on its way out and in: signing it, and verifying it.</summary>
public class WebhookBenchmarks
{
    private const string Id = "evt_01J00000000000000000000000";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_785_000_000);
    private static readonly string Secret = "whsec_" + Convert.ToBase64String(new byte[32]);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$"""{"type":"usage.consumed","data":"{{new string('x', 1000)}}"}""");
    private static readonly string Signature = WebhookSignature.Sign(Secret, Id, Now, Body);

    [Benchmark]
    public string Sign() => WebhookSignature.Sign(Secret, Id, Now, Body);

    [Benchmark]
    public bool Verify() => WebhookSignature.Verify([Secret], Id, "1785000000", Signature, Body, Now);
}
