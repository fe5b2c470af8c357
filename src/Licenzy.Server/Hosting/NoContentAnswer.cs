using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>A "yes" that has nothing to say, and can be given again.</summary>
internal sealed class NoContentAnswer : IRepeatableAnswer
{
    public static NoContentAnswer Instance { get; } = new();

    public int Status => StatusCodes.Status204NoContent;

    public bool IsKept => true;

    public byte[] ToBytes(string requestId) => [];

    public Task ExecuteAsync(HttpContext httpContext) => JsonBytes.WriteAsync(httpContext, Status, []);
}
