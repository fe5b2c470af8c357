namespace Licenzy.Server.Hosting;

/// <summary>A broken call: thrown where no endpoint can answer (binding, credentials), written by the frame.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Detail)
{
    public Refusal Refusal { get; } = refusal;
}
