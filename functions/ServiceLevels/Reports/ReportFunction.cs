using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels.Reports;

internal sealed class ReportFunction(LibraryH3lpApi api, DirectoryStore directories, ContactHistory history)
{
    [Function("LibraryH3lpReport")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/reports/{report}")] HttpRequest request,
        string report,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller =>
            {
                var made = ChatReport.Find(report) ?? throw DomainException.NotFound($"Report {report}");
                var (days, wish) = (LocalDays.Of(request), ReportWish.Read(request));
                var from = wish.Start is { } start ? days.BeginningOf(start) : DateTimeOffset.MinValue;
                var to = wish.End is { } end ? days.BeginningOf(end.AddDays(1)) : DateTimeOffset.MaxValue;
                await foreach (var entry in history.ReadAsync(caller.AccountId, from, to, cancellationToken))
                {
                    if (wish.Counts(entry)) made.Add(entry, days.Of(entry.ArrivedAt));
                }
                var text = made.Write(await directories.GetAsync(caller.AccountId, cancellationToken));
                var reply = Reply.Text(text, "text/csv");
                return request.Query["format"] == "csv"
                    ? reply.With("Content-Disposition", $"attachment; filename=\"{report}.csv\"")
                    : reply;
            },
        }, cancellationToken);
}
