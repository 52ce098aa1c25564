@testable import Scheduler
