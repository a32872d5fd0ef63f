using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ContactRouting.Hosting;
using ContactRouting.Http;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Http;

public sealed class RequestBodyTests : IAsyncDisposable
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded";
    private const string Multipart = "Content-Type: multipart/form-data; boundary=b";

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly List<Exception?> logged = [];
    private readonly TaskCompletionSource ended = new();
    private readonly WebApplication server;

    public RequestBodyTests() => server = WebServer.Start(async context =>
    {
        try
        {
            var api = new HealthApi(new RecordingLogger<HealthApi>(logged));
            var result = await api.ServeAsync(context.Request, new()
            {
                Post = async _ => Reply.Json((await Fields.ReadAsync(context.Request, context.RequestAborted)).Names),
            }, context.RequestAborted);
            await result.ExecuteAsync(context);
            ended.TrySetResult();
        }
#pragma warning disable CA1031 // The test tells of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ended.TrySetException(error);
        }
    });

    /// <summary>Headers and a body, and what the answer says of it.</summary>
    public static TheoryData<string, string, string> Unreadable => new()
    {
        { $"{Form}; charset=utf-7", "a=b", "Content-Type" },
        { $"{Form}; charset=\"utf-7\"", "a=b", "Content-Type" },
        { $"{Form}; charset=nonsense", "a=b", "Content-Type" },
        { $"{Multipart}; charset=utf-7", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--b--\r\n", "Content-Type" },
        {
            Multipart,
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nb\r\n--b--\r\n",
            "form"
        },
        { Multipart, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nb", "form" },
        { Multipart, "--b\r\nno header\r\n\r\nb\r\n--b--\r\n", "form" },
        { "Content-Type: multipart/form-data", "a", "form" },
        { $"Content-Type: multipart/form-data; boundary={new string('b', 300)}", "a", "form" },
        { Form, string.Join('&', Enumerable.Range(0, 2000).Select(number => $"k{number}=v")), "form" },
        { Form, $"{new string('k', 3000)}=v", "form" },
        { $"{Form}\r\nContent-Encoding: br", "a=b", "Content-Encoding" },
        { "Content-Type: application/json\r\nContent-Encoding: nonsense", "{}", "Content-Encoding" },
    };

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task Body_that_cannot_be_read_is_400_in_the_apis_shape_and_nothing_to_report(string headers, string body, string what)
    {
        var answer = await AnswerAsync($"{headers}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:contactrouting:invalid-request", answer, StringComparison.Ordinal);
        Assert.Contains(what, answer.Split("\r\n\r\n")[1], StringComparison.Ordinal);
        Assert.Empty(logged);
    }

    [Theory]
    [InlineData("80000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("nonsense\r\n")]
    [InlineData("3\r\na=bXX")]
    public async Task Malformed_chunk_is_400_in_the_apis_shape_and_nothing_to_report(string chunk)
    {
        var answer = await AnswerAsync($"{Form}\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:contactrouting:invalid-request", answer, StringComparison.Ordinal);
        Assert.Empty(logged);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("\"UTF-8\"")]
    [InlineData("us-ascii")]
    public async Task Form_of_a_known_charset_is_read(string charset)
    {
        var answer = await AnswerAsync($"{Form}; charset={charset}\r\nContent-Length: 3\r\n\r\na=b");
        Assert.EndsWith("[\"a\"]", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_is_gone_in_mid_body_is_nothing_to_report(bool resets)
    {
        using (var client = await SendAsync($"{Form}\r\nContent-Length: 100\r\n\r\na=b"))
        {
            if (resets) client.Client.LingerState = new LingerOption(true, 0);
        }
        await ended.Task;
        Assert.Empty(logged);
    }

    [Fact]
    public async Task Body_that_comes_too_slowly_is_408_in_the_apis_shape_and_its_connection_ends()
    {
        var pipe = new Pipe();
        var context = Context(pipe.Reader.AsStream());
        var api = new HealthApi(new RecordingLogger<HealthApi>(logged));
        var serving = api.ServeAsync(context.Request, new()
        {
            Post = async _ => Reply.Json((await Fields.ReadAsync(context.Request, CancellationToken.None)).Names),
        }, CancellationToken.None);
        for (var elapsed = TimeSpan.Zero; elapsed < RequestBody.Deadline; elapsed += TimeSpan.FromSeconds(1))
        {
            Assert.False(serving.IsCompleted);
            await pipe.Writer.WriteAsync("a"u8.ToArray());
            time.Advance(TimeSpan.FromSeconds(1));
        }
        await (await serving).ExecuteAsync(context);
        Assert.Equal((408, "close"), (context.Response.StatusCode, context.Response.Headers.Connection.ToString()));
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Empty(logged);
    }

    [Fact]
    public async Task Body_takes_no_memory_for_the_length_that_it_declares()
    {
        await ReadOneAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (pipe, reading) = Begin();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12 * 1024);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(0, (await reading).Length);

        async Task ReadOneAsync()
        {
            var (pipe, reading) = Begin();
            await pipe.Writer.CompleteAsync();
            await reading;
        }

        (Pipe, Task<ReadOnlyMemory<byte>>) Begin()
        {
            var pipe = new Pipe();
            var request = Context(pipe.Reader.AsStream()).Request;
            request.ContentLength = RequestBody.MaxBytes;
            return (pipe, RequestBody.ReadAsync(request, CancellationToken.None));
        }
    }

    private DefaultHttpContext Context(Stream body) => new()
    {
        RequestServices = new ServiceCollection().AddSingleton<TimeProvider>(time).BuildServiceProvider(),
        Request =
        {
            Method = "POST",
            ContentType = "application/x-www-form-urlencoded",
            Body = body,
        },
    };

    private async Task<string> AnswerAsync(string request)
    {
        using var client = await SendAsync($"Connection: close\r\n{request}");
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    private async Task<TcpClient> SendAsync(string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Urls.Single()).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: test\r\n{request}"));
        return client;
    }
}
