using System.Reflection;
using System.Text.Json;
using Licenzy.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Licenzy.Server.Hosting;

/// <summary>A "yes" with its JSON in the contract's own words, whatever JSON settings an embedding application has.</summary>
internal sealed class JsonAnswer<T>(T value, int status = StatusCodes.Status200OK) : IRepeatableAnswer, IEndpointMetadataProvider
{
    public int Status => status;

    public bool IsKept => true;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
    }

    public byte[] ToBytes(string requestId) => JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), LicenzyJson.Default);

    public Task ExecuteAsync(HttpContext httpContext) => JsonBytes.WriteAsync(httpContext, status, ToBytes(RequestFrame.RequestId(httpContext)));
}
