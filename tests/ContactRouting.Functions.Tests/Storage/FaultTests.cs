using Azure;
using Azure.Data.Tables;
using ContactRouting.Directory;
using ContactRouting.Storage;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ContactRouting.Tests.Storage;

/// <summary>Faults that no emulator makes: answers that stay away although the change was made, throttling without an end.</summary>
public sealed class FaultTests
{
    private readonly Mock<TableClient> table = new();
    private readonly LiveTable live;

    public FaultTests()
    {
        var time = new FakeTimeProvider();
        var tables = new Tables(_ => table.Object);
        live = new LiveTable(tables, new DueMarks(tables, time), time);
    }

    /// <summary>What the client throws when its last attempt has failed, too.</summary>
    public static TheoryData<string> LostAnswers =>
        [
            "timeouts",
            "timeout",
            "our timeout",
            "broken connections",
            "broken connection",
            "connection refused",
            "no access",
            "server error",
            "throttling",
            "not available",
            "conflict of a repetition",
        ];

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task Commit_that_took_place_is_ours_although_no_answer_said_so(string fault)
    {
        TableTransactionFails(ErrorOf(fault));
        RowIsThere(new TableEntity("1", "o|"));
        await CommitAsync();
        table.Verify(
            client => client.SubmitTransactionAsync(It.IsAny<IEnumerable<TableTransactionAction>>(), It.IsAny<CancellationToken>()),
            Times.Once
        );
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task Commit_that_did_not_take_place_is_told_apart(string fault)
    {
        var error = ErrorOf(fault);
        TableTransactionFails(error);
        RowIsThere(null);
        var thrown = await Record.ExceptionAsync(CommitAsync);
        if (fault == "conflict of a repetition") Assert.IsType<ConflictException>(thrown);
        else if (error is OperationCanceledException) Assert.IsType<StorageUnavailableException>(thrown);
        else Assert.Same(error, thrown);
        VerifyLooks(Times.Once());
    }

    [Fact]
    public async Task Commit_that_nobody_can_say_anything_of_is_no_success()
    {
        TableTransactionFails(ErrorOf("timeouts"));
        var unknown = new RequestFailedException(503, "The server is busy.");
        table
            .Setup(client =>
                client.GetEntityIfExistsAsync<TableEntity>(It.IsAny<string>(), It.IsAny<string>(), null, It.IsAny<CancellationToken>())
            )
            .ThrowsAsync(unknown);
        Assert.Same(unknown, await Record.ExceptionAsync(CommitAsync));
    }

    [Fact]
    public async Task Commit_that_the_storage_calls_malformed_is_not_looked_for()
    {
        TableTransactionFails(new RequestFailedException(400, "The request is malformed."));
        Assert.Equal(400, (await Assert.ThrowsAsync<RequestFailedException>(CommitAsync)).Status);
        VerifyLooks(Times.Never());
    }

    [Fact]
    public async Task Rows_go_one_by_one_where_somebody_else_deleted_one_of_them()
    {
        TableTransactionFails(new RequestFailedException(404, "One of them is gone.", "ResourceNotFound", null));
        await live.DeleteAsync(1, ["a", "b"], CancellationToken.None);
        foreach (var key in new[] { "a", "b" })
            table.Verify(client => client.DeleteEntityAsync("1", key, ETag.All, It.IsAny<CancellationToken>()), Times.Once);
    }

    private static Exception ErrorOf(string fault) => fault switch
    {
        "timeouts" => new AggregateException(Enumerable.Range(0, 4).Select(_ => new TaskCanceledException("The operation was cancelled."))),
        "broken connections" => new AggregateException(
            Enumerable.Range(0, 4).Select(_ => new RequestFailedException(0, "The connection was reset."))
        ),
        "timeout" => new TaskCanceledException("The operation was cancelled."),
        "our timeout" => new OperationCanceledException("It took too long."),
        "broken connection" => new IOException("The response ended prematurely."),
        "connection refused" => new RequestFailedException(0, "Connection refused."),
        "no access" => new RequestFailedException(403, "No access.", "AuthorizationFailure", null),
        "server error" => new RequestFailedException(500, "Something went wrong.", "InternalError", null),
        "throttling" => new RequestFailedException(503, "The server is busy.", "ServerBusy", null),
        "not available" => new StorageUnavailableException("503 ServerBusy"),
        _ => new RequestFailedException(412, "The row has changed.", "UpdateConditionNotSatisfied", null),
    };

    private Task CommitAsync()
    {
        var batch = new Batch(LiveTable.Partition(1));
        batch.Insert("w", new Widget());
        return live.CommitAsync(1, batch, null, CancellationToken.None);
    }

    private void TableTransactionFails(Exception error) =>
        table
            .Setup(client => client.SubmitTransactionAsync(It.IsAny<IEnumerable<TableTransactionAction>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(error);

    private void RowIsThere(TableEntity? row)
    {
        var answer = new Mock<NullableResponse<TableEntity>>();
        answer.Setup(found => found.HasValue).Returns(row is not null);
        answer.Setup(found => found.Value).Returns(row);
        table
            .Setup(client =>
                client.GetEntityIfExistsAsync<TableEntity>(
                    It.IsAny<string>(),
                    It.Is<string>(key => key.StartsWith("o|")),
                    null,
                    It.IsAny<CancellationToken>()
                )
            )
            .ReturnsAsync(answer.Object);
    }

    private void VerifyLooks(Times times) =>
        table.Verify(
            client =>
                client.GetEntityIfExistsAsync<TableEntity>(It.IsAny<string>(), It.IsAny<string>(), null, It.IsAny<CancellationToken>()),
            times
        );
}
