/// The pages' templates, in Mustache: `{{name}}` is escaped, and `{{{name}}}`, which is not, stands for drawings alone,
/// which are made of numbers and fixed words.
enum Templates {
    static let all: [String: String] = [
        "page": page, "front": front, "task": task, "runs": runs, "run": run, "failure": failure,
        "time": time, "legend": legend, "runRow": runRow, "running": running, "advice": advice, "concern": concern,
    ]

    private static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        {{#refresh}}<meta http-equiv="refresh" content="{{refresh}}">
        {{/refresh}}
        <title>{{pageTitle}}</title>
        <link rel="stylesheet" href="{{link.style}}">
        <link rel="icon" type="image/svg+xml" href="{{link.icon}}">
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
        <pattern id="p-missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class="p-missing-ground"/><rect width="2" height="6" class="p-missing-line"/></pattern>
        <pattern id="p-unproven" width="4" height="4" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1.2" class="p-unproven-dot"/></pattern>
        <pattern id="p-pruned" width="4" height="4" patternUnits="userSpaceOnUse">
        <rect width="4" height="1" y="1" class="p-pruned-line"/></pattern>
        </defs></svg>
        <header class="top">
        <a class="brand" href="{{link.home}}">octovault</a>
        <nav aria-label="Pages"><a href="{{link.home}}"{{#isFront}} aria-current="page"{{/isFront}}>Tasks</a>
        <a href="{{link.runs}}"{{#isRuns}} aria-current="page"{{/isRuns}}>Runs</a></nav>
        <span class="vault">{{vault}}</span>
        </header>
        <main id="main">
        {{$content}}{{/content}}
        </main>
        <footer>As of {{#asOf}}<time datetime="{{iso}}" title="{{told}}">{{exact}}</time>{{/asOf}}. Storage time is each server's own wall time; all other times are UTC.</footer>
        </body>
        </html>

        """

    private static let time = #"<time datetime="{{iso}}" title="{{exact}}">{{told}}</time>"#

    private static let advice =
        #"{{#parts}}{{#code}}<code>{{code}}</code>{{/code}}{{#plain}}{{plain}}{{/plain}}{{/parts}}"#

    private static let concern =
        #"<li class="{{kind}}"><span class="kind">{{word}}</span> {{message}}{{#hasItems}}<details><summary>Which</summary><ul>{{#items}}<li>{{item}}</li>{{/items}}</ul></details>{{/hasItems}}{{#advice}}<div class="advice">{{>advice}}</div>{{/advice}}</li>"#

    private static let legend = """
        <ul class="legend" aria-label="What the marks mean">
        {{#legend}}
        <li><svg class="key" viewBox="0 0 14 18" aria-hidden="true" focusable="false">{{{drawing}}}</svg> {{word}}<span class="muted">: {{meaning}}</span></li>
        {{/legend}}
        </ul>
        """

    private static let running = """
        {{#hasRunning}}
        <section aria-labelledby="now"><h2 id="now">Running now</h2>
        <ul class="running">
        {{#running}}
        <li><span class="pulse" aria-hidden="true"></span> <strong>{{job}}</strong>, started {{#started}}{{>time}}{{/started}}{{#progress}}: {{progress}}{{/progress}}{{#at}}<br><span class="muted">{{at}}</span>{{/at}}</li>
        {{/running}}
        </ul></section>
        {{/hasRunning}}
        """

    private static let front = """
        {{<page}}{{$content}}
        <h1 class="verdict {{level}}"><span class="sign" aria-hidden="true">{{sign}}</span> {{sentence}}</h1>
        {{>running}}
        {{#hasConcerns}}
        <section aria-labelledby="attention"><h2 id="attention">What wants attention</h2>
        <ul class="concerns">
        {{#concerns}}
        {{>concern}}
        {{/concerns}}
        </ul>
        {{#hasFurther}}<details><summary>{{furtherCount}} more</summary>
        <ul class="concerns">
        {{#further}}
        {{>concern}}
        {{/further}}
        </ul>
        {{#moreConcerns}}<p class="muted">{{moreConcerns}}</p>{{/moreConcerns}}</details>{{/hasFurther}}
        </section>
        {{/hasConcerns}}
        <section aria-labelledby="tasks"><h2 id="tasks">Tasks <span class="muted">{{taskCount}}</span></h2>
        {{^hasTasks}}<p class="muted">Nothing is backed up yet. The first run of a job, or <code>octovault backfill</code>, makes the first snapshot.</p>{{/hasTasks}}
        {{#hasTasks}}
        <table class="tasks" aria-labelledby="tasks">
        <thead><tr><th scope="col">Task</th><th scope="col">Covered to</th><th scope="col">Last {{days}} days</th><th scope="col" class="number">Rows</th><th scope="col">Runs</th></tr></thead>
        <tbody>
        {{{taskRows}}}
        </tbody></table>
        {{>legend}}
        {{/hasTasks}}
        </section>
        {{#hasJobs}}
        <section aria-labelledby="jobs"><h2 id="jobs">Jobs <span class="muted">{{jobCount}}</span></h2>
        <table class="jobs" aria-labelledby="jobs">
        <thead><tr><th scope="col">Job</th><th scope="col">Schedule</th><th scope="col">Last run</th><th scope="col">Next run</th></tr></thead>
        <tbody>
        {{#jobs}}
        <tr><th scope="row"><a href="{{href}}">{{job}}</a></th><td>{{#schedule}}<code class="plain">{{schedule}}</code> <span class="sub">{{zone}}</span>{{/schedule}}</td>
        <td>{{#last}}<span class="outcome {{kind}}">{{outcome}}</span> {{>time}}{{/last}}{{#row}}<span class="sub">{{row}}</span>{{/row}}</td><td>{{#next}}{{>time}}{{/next}}</td></tr>
        {{/jobs}}
        </tbody></table></section>
        {{/hasJobs}}
        {{#hasRuns}}
        <section aria-labelledby="latest"><h2 id="latest">Latest runs</h2>
        <table class="runs" aria-labelledby="latest"><thead>{{>runHead}}</thead><tbody>
        {{#runs}}
        {{>runRow}}
        {{/runs}}
        </tbody></table>
        <p><a href="{{link.runs}}">All runs</a></p></section>
        {{/hasRuns}}
        {{/content}}{{/page}}
        """

    static let runHead =
        #"<tr><th scope="col">Started</th><th scope="col">Job</th><th scope="col">Outcome</th><th scope="col" class="number">Took</th><th scope="col" class="number">Windows</th><th scope="col" class="number">Rows</th><th scope="col">First error</th></tr>"#

    private static let runRow = """
        <tr><td><a href="{{href}}">{{#started}}{{>time}}{{/started}}</a></td><td>{{job}}</td><td><span class="outcome {{kind}}">{{outcome}}</span></td>
        <td class="number">{{took}}</td><td class="number">{{windows}}<span class="unit">{{windowUnit}}</span></td><td class="number">{{rowCount}}<span class="unit">{{rowUnit}}</span></td><td class="error">{{error}}</td></tr>
        """

    private static let runs = """
        {{<page}}{{$content}}
        <h1>Runs{{#ofJob}} of {{ofJob}}{{/ofJob}}</h1>
        {{>running}}
        {{#ofJob}}<p><a href="{{link.runs}}">Runs of all jobs</a></p>{{/ofJob}}
        {{^hasRuns}}<p class="muted">No run is recorded.</p>{{/hasRuns}}
        {{#hasRuns}}
        <table class="runs" aria-label="Runs"><thead>{{>runHead}}</thead><tbody>
        {{#runs}}
        {{>runRow}}
        {{/runs}}
        </tbody></table>
        {{/hasRuns}}
        {{>pager}}
        {{/content}}{{/page}}
        """

    /// The cells of a task's row on the front page.
    static let taskCells = [
        "taskName": """
        <th scope="row"><a href="{{href}}">{{title}}</a>{{#note}} <span class="note">{{note}}</span>{{/note}}{{#mark}}<span class="mark">{{mark}}</span>{{/mark}}</th>
        """,
        "taskCovered": """
        <td>{{covered}}{{#fresh}}<span class="sub" title="{{freshExact}}">{{fresh}}</span>{{/fresh}}</td>
        """,
        "taskDays": """
        <td class="days">{{{strip}}}</td>
        """,
        "taskRuns": """
        <td>{{#last}}{{outcome}} {{>time}}{{/last}}{{#next}}<span class="sub">next {{>time}}</span>{{/next}}</td>
        """,
    ]

    static let pager = """
        {{#hasPages}}<nav class="pager" aria-label="Further pages">{{#newer}}<a href="{{newer}}" rel="prev">Newer</a>{{/newer}} {{#older}}<a href="{{older}}" rel="next">Older</a>{{/older}}</nav>{{/hasPages}}
        """

    private static let run = """
        {{<page}}{{$content}}
        <h1>Run of {{job}}, <span class="outcome {{kind}}">{{outcome}}</span></h1>
        {{>running}}
        <dl class="facts">
        {{#facts}}<div><dt>{{term}}</dt><dd>{{#at}}{{>time}}<span class="sub">{{exact}}</span>{{/at}}{{value}}</dd></div>
        {{/facts}}
        </dl>
        {{#error}}<section aria-labelledby="error"><h2 id="error">First error</h2><pre class="error">{{error}}</pre></section>{{/error}}
        <p><a href="{{jobRuns}}">Runs of this job</a></p>
        {{/content}}{{/page}}
        """

    private static let task = """
        {{<page}}{{$content}}
        {{#series}}
        <h1>{{title}}</h1>
        <p class="verdict {{level}}"><span class="sign" aria-hidden="true">{{sign}}</span> {{sentence}}</p>
        <div class="days">{{{strip}}}</div>
        {{>legend}}
        <dl class="facts">
        {{#facts}}<div><dt>{{term}}</dt><dd>{{#at}}{{>time}}<span class="sub">{{exact}}</span>{{/at}}{{value}}</dd></div>
        {{/facts}}
        </dl>
        {{#hasGaps}}
        <section aria-label="Gaps"><h2>Gaps <span class="muted">{{gapCount}}</span></h2>
        <ul class="gaps">
        {{#gaps}}<li>{{window}} <span class="muted">({{length}})</span><div class="copy" role="group" tabindex="0" aria-label="The command that fills it"><code>{{command}}</code></div></li>
        {{/gaps}}
        </ul>{{#moreGaps}}<p class="muted">{{moreGaps}}</p>{{/moreGaps}}</section>
        {{/hasGaps}}
        {{#hasStretches}}
        <section aria-label="Other stretches"><h2>Empty, unproven and pruned</h2>
        <ul class="stretches">
        {{#stretches}}<li><strong>{{word}}</strong> {{text}}</li>
        {{/stretches}}
        </ul></section>
        {{/hasStretches}}
        {{#hasYears}}
        <section aria-label="Rows a day"><h2>Rows a day</h2>
        {{#years}}<figure><figcaption>{{year}}</figcaption>{{{drawing}}}</figure>
        {{/years}}
        <p class="muted">The stronger a day's colour, the more rows it holds; the most on one day is {{mostRows}}.</p></section>
        {{/hasYears}}
        {{#bars}}
        <section aria-label="Rows a window"><h2>Rows a window <span class="muted">the latest {{barCount}}; the most is {{barMost}}</span></h2>
        {{{bars}}}</section>
        {{/bars}}
        {{#hasChanged}}
        <section aria-label="Kept rows and revisions"><h2>Kept rows and revisions</h2>
        <p class="muted">Windows whose rows the cloud lost and the vault kept, or that were taken again since their count had moved; the newest first.</p>
        <table aria-label="Kept rows and revisions"><thead><tr><th scope="col">Window</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Only here</th><th scope="col" class="number">Revision</th><th scope="col">Taken</th></tr></thead><tbody>
        {{#changed}}<tr><td>{{window}}</td><td class="number">{{rowCount}}<span class="unit">{{rowUnit}}</span></td><td class="number">{{kept}}<span class="unit"> only here</span></td><td class="number"><span class="unit">revision </span>{{revision}}</td><td>{{#taken}}{{>time}}{{/taken}}</td></tr>
        {{/changed}}
        </tbody></table></section>
        {{/hasChanged}}
        <section aria-label="Snapshots"><h2>Snapshots <span class="muted">{{snapshotCount}}</span></h2>
        <table aria-label="Snapshots"><thead><tr><th scope="col">{{snapshotHead}}</th><th scope="col">State</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Size</th><th scope="col" class="number">Revision</th><th scope="col">Taken</th></tr></thead><tbody>
        {{#snapshots}}<tr><td>{{window}}</td><td>{{state}}</td><td class="number">{{rowCount}}<span class="unit">{{rowUnit}}</span></td><td class="number">{{size}}</td><td class="number"><span class="unit">revision </span>{{revision}}</td><td>{{#taken}}{{>time}}{{/taken}}</td></tr>
        {{/snapshots}}
        </tbody></table>
        {{>pager}}
        </section>
        {{/series}}
        {{/content}}{{/page}}
        """

    private static let failure = """
        {{<page}}{{$content}}
        <h1>{{heading}}</h1>
        <p>{{message}}</p>
        <p><a href="{{link.home}}">All tasks</a></p>
        {{/content}}{{/page}}
        """
}
