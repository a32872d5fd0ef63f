using Azure;
using ContactRouting.Errors;
using ContactRouting.Hosting;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Tests.Http;

public sealed class ApiTests
{
    private readonly List<Exception?> logged = [];

    /// <summary>What a request meets, and the seconds after which it is worth trying again.</summary>
    public static TheoryData<string, string> Unavailable => new()
    {
        { "stall", "2" },
        { "throttling", "2" },
        { "throttling within a transaction", "2" },
        { "contention", "2" },
        { "nothing there yet", "2" },
        { "another layout", "60" },
    };

    [Theory]
    [MemberData(nameof(Unavailable))]
    public async Task What_is_not_possible_right_now_is_503_with_retry_after_and_logged_without_a_stack(string what, string pause)
    {
        var answer = await AnswerAsync(what switch
        {
            "stall" => new StorageUnavailableException("a commit took too long"),
            "throttling" => new RequestFailedException(429, "Too many requests.", "TooManyRequests", null),
            "throttling within a transaction" => new RequestFailedException(503, "Busy.", "ServerBusy", null),
            "contention" => new ConflictException(),
            "nothing there yet" => new DomainException(ErrorKind.Unavailable, "Not yet."),
            _ => new LayoutException(0),
        });
        Assert.Equal((503, pause), (answer.StatusCode, answer.Headers.RetryAfter.ToString()));
        Assert.All(logged, Assert.Null);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    public async Task What_the_storage_refuses_is_an_error_of_ours(int status)
    {
        var refused = new RequestFailedException(status, "No.");
        var answer = await AnswerAsync(refused);
        Assert.Equal((500, ""), (answer.StatusCode, answer.Headers.RetryAfter.ToString()));
        Assert.Same(refused, Assert.Single(logged));
    }

    [Fact]
    public async Task Request_that_writes_for_too_long_is_503_as_well()
    {
        var answer = await AnswerAsync(async () =>
        {
            RequestLife.BeginWriting(TimeSpan.Zero);
            await Task.Delay(Timeout.InfiniteTimeSpan, RequestLife.Of(CancellationToken.None));
            return Reply.Empty(200);
        });
        Assert.Equal((503, "2"), (answer.StatusCode, answer.Headers.RetryAfter.ToString()));
        Assert.Null(Assert.Single(logged));
    }

    private Task<HttpResponse> AnswerAsync(Exception error) => AnswerAsync(() => throw error);

    private async Task<HttpResponse> AnswerAsync(Func<Task<Reply>> work)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET" } };
        var api = new HealthApi(new RecordingLogger<HealthApi>(logged));
        var result = await api.ServeAsync(context.Request, new() { Get = _ => work() }, CancellationToken.None);
        await result.ExecuteAsync(context);
        return context.Response;
    }
}
