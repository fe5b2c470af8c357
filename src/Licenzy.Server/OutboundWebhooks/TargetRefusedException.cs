using Licenzy.Domain.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What was to be dialled must not be.</summary>
internal sealed class TargetRefusedException(TargetFault fault) : IOException(fault.Message)
{
    public TargetFault Fault => fault;
}
