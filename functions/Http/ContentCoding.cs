using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

internal static class ContentCoding
{
    public static bool TakesGzip(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .AcceptEncoding.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0);
}
